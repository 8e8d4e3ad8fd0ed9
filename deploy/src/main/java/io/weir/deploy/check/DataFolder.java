package io.weir.deploy.check;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What both commands take. */
final class DataFolder {

  /** Every store has this file. */
  private static final String IDENTITY = "IDENTITY";

  private static final String STORE_OF_DEMO = "weir";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description =
          "The data folder: what 'data' is in the settings, or what --dir was for the demo, which"
              + " keeps its store in DIR/weir.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  boolean json() {
    return json;
  }

  /** Returns the folder; one that is not there is a slip of the pen. */
  Path checked() {
    Path given = folder;
    if (given == null || !Files.isDirectory(given)) {
      throw misuse(
          given + (given != null && Files.exists(given) ? " is no folder" : " does not exist"));
    }
    Path ofDemo = given.resolve(STORE_OF_DEMO);
    return isStore(given) || !isStore(ofDemo) ? given : ofDemo;
  }

  private static boolean isStore(Path folder) {
    return Files.exists(folder.resolve(IDENTITY));
  }

  ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
