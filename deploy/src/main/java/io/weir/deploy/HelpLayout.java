package io.weir.deploy;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Makes the help texts of all commands look alike. */
final class HelpLayout {

  private static final int WIDTH = 88;

  private HelpLayout() {}

  /** Sets headings, exit codes and the standard options of a command and those below it. */
  static void applyTo(CommandLine commandLine) {
    commandLine.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
    UsageMessageSpec usage = commandLine.getCommandSpec().usageMessage();
    usage
        .width(WIDTH)
        .synopsisHeading("Usage: ")
        .descriptionHeading("%n")
        .parameterListHeading("%nParameters:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes());
    if (usage.footer().length > 0) {
      usage.footerHeading("%nExamples:%n");
    }
    commandLine.getSubcommands().values().forEach(HelpLayout::applyTo);
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("  " + ExitCode.DONE, "done");
    codes.put("  " + ExitCode.FAILED, "failed: the message says why; trying again may help");
    codes.put("  " + ExitCode.MISUSED, "the command line or the settings are wrong");
    codes.put("130", "stopped in order by Ctrl-C (SIGINT)");
    codes.put("143", "stopped in order by SIGTERM");
    return codes;
  }
}
