package io.weir.deploy.check;

import io.weir.deploy.terminal.Terminal;
import io.weir.storage.check.NoStoreException;
import io.weir.storage.check.StoreInspector;
import io.weir.storage.check.StoreReport;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what is in the files of a store. */
@Command(
    name = "inspect",
    description = {
      "Show what is in the files of a store, and where the bytes go.",
      "",
      "Reads headers only and writes nothing; Weir may be running.",
    },
    footer = {
      "  deploy/weir inspect /var/lib/weir",
      "  deploy/weir inspect /var/lib/weir --chunks",
      "  deploy/weir inspect /var/lib/weir --json | jq .bytes",
    })
public final class InspectCommand implements Callable<Integer> {

  private final Charset charset;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Mixin
  private DataFolder data;

  @Option(names = "--chunks", description = "Show every chunk of every segment file.")
  private boolean chunks;

  /** Returns a command that draws as the terminal can show it. */
  public InspectCommand() {
    this(Terminal.charset());
  }

  InspectCommand(Charset charset) {
    this.charset = charset;
  }

  @Override
  public Integer call() throws IOException {
    StoreReport report;
    try {
      report = new StoreInspector(StorageFiles.real(), data.checked()).inspect();
    } catch (NoStoreException e) {
      throw data.misuse(String.valueOf(e.getMessage()));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (data.json()) {
      out.println(ReportJson.of(report));
    } else {
      new InspectText(out, Bars.in(charset), chunks).print(report);
    }
    out.flush();
    return report.damage().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
