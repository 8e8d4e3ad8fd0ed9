package io.weir.deploy.check;

import io.weir.deploy.terminal.Terminal;
import io.weir.storage.check.Depth;
import io.weir.storage.check.Finding;
import io.weir.storage.check.NoStoreException;
import io.weir.storage.check.Note;
import io.weir.storage.check.ReadThrottle;
import io.weir.storage.check.StoreVerifier;
import io.weir.storage.check.VerifyReport;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether the files of a store are whole. */
@Command(
    name = "verify",
    description = {
      "Check whether the files of a store are whole and fit together.",
      "",
      "Reads every byte, by other code than Weir itself, and writes nothing; Weir may be running."
          + " What is wrong is told in a line each, with the file, the bytes, what should be there"
          + " and what is; then the exit code is 1.",
    },
    footer = {
      "  deploy/weir verify /var/lib/weir",
      "  deploy/weir verify /var/lib/weir --depth checksums",
    })
public final class VerifyCommand implements Callable<Integer> {

  private final BooleanSupplier watched;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Mixin
  private DataFolder data;

  @Option(
      names = "--depth",
      paramLabel = "DEPTH",
      defaultValue = "rows",
      description = {
        "headers, checksums or rows: manifests and headers only, all bytes against their"
            + " checksums, or also what they mean. Default: rows."
      })
  private String depth = "rows";

  /** Returns a command that shows its progress where somebody watches. */
  public VerifyCommand() {
    this(Terminal::watchesErrors);
  }

  VerifyCommand(BooleanSupplier watched) {
    this.watched = watched;
  }

  @Override
  public Integer call() throws IOException {
    Depth wanted = wantedDepth();
    Path folder = data.checked();
    CommandLine commandLine = spec.commandLine();
    long started = System.nanoTime();
    VerifyReport report;
    try (ReadingBar bar = watched.getAsBoolean() ? new ReadingBar(commandLine.getErr()) : null) {
      report =
          new StoreVerifier(
                  StorageFiles.real(),
                  folder,
                  wanted,
                  ReadThrottle.UNLIMITED,
                  (done, total) -> show(bar, done, total))
              .verify();
    } catch (NoStoreException e) {
      throw data.misuse(String.valueOf(e.getMessage()));
    }
    PrintWriter out = commandLine.getOut();
    if (data.json()) {
      out.println(ReportJson.of(report));
    } else {
      print(report, wanted, System.nanoTime() - started, out);
    }
    if (out.checkError()) {
      throw new IOException("the report could not be written");
    }
    return report.whole() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Depth wantedDepth() {
    for (Depth known : Depth.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(depth)) {
        return known;
      }
    }
    throw data.misuse("--depth is " + depth + "; allowed are headers, checksums and rows");
  }

  private static void show(@Nullable ReadingBar bar, long done, long total) {
    if (bar != null) {
      bar.show(done, total);
    }
  }

  private static String verdict(Depth depth) {
    return switch (depth) {
      case HEADERS -> "whole, as far as headers say: ";
      case CHECKSUMS -> "whole, every byte as it was written: ";
      case ROWS -> "whole: ";
    };
  }

  private static void print(VerifyReport report, Depth depth, long nanos, PrintWriter out) {
    for (Finding finding : report.findings()) {
      out.println("damaged: " + Numbers.printable(finding.text()));
    }
    if (report.findingCount() > report.findings().size()) {
      out.println(
          "and " + Numbers.count(report.findingCount() - report.findings().size()) + " more");
    }
    for (Note note : report.notes()) {
      out.println("note: " + Numbers.printable(note.file() + ": " + note.text()));
    }
    String live =
        report.liveRows().isPresent()
            ? " (" + Numbers.count(report.liveRows().getAsLong()) + " live)"
            : "";
    out.println(
        (report.whole() ? verdict(depth) : "damaged in " + placesOf(report) + ": ")
            + Numbers.count(report.shards(), "shard")
            + ", "
            + Numbers.count(report.chunks(), "chunk")
            + ", "
            + Numbers.count(report.rows(), "row")
            + live
            + ", "
            + Numbers.bytes(report.bytesRead())
            + " read in "
            + Numbers.seconds(nanos));
  }

  private static String placesOf(VerifyReport report) {
    return Numbers.count(report.findingCount(), "place")
        + " of "
        + Numbers.count(report.findings().stream().map(Finding::file).distinct().count(), "file");
  }
}
