package io.weir.storage.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Figures of this process under {@code /proc}, see {@code proc(5)}.
 *
 * <pre>
 * self/status           lines NAME:  NUMBER kB
 * self/fd               an entry for each open descriptor
 * self/maps             a line for each mapped region
 * sys/vm/max_map_count  a number
 * </pre>
 */
final class ProcFiles {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int NUMBER_BYTES = 32;
  private static final long KIB = 1024;

  private final Path proc;
  private final Notes notes;

  ProcFiles(Path proc, Notes notes) {
    this.proc = proc;
    this.notes = notes;
  }

  ProcessFigures figures() {
    return new ProcessFigures(
        read("self/status", status -> kib(status, "RssAnon:")),
        read("self/status", status -> kib(status, "RssFile:")),
        read("self/fd", ProcFiles::entries),
        read("self/maps", ProcFiles::lines),
        read("sys/vm/max_map_count", ProcFiles::number));
  }

  /** Takes a figure from a file. */
  @FunctionalInterface
  private interface Reader {
    long read(Path file) throws IOException;
  }

  private OptionalLong read(String name, Reader reader) {
    Path file = proc.resolve(name);
    try {
      return OptionalLong.of(reader.read(file));
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      notes.add(file + " says nothing: " + e.getClass().getSimpleName());
      return OptionalLong.empty();
    }
  }

  private static long kib(Path status, String name) throws IOException {
    String line =
        Files.readAllLines(status).stream()
            .filter(candidate -> candidate.startsWith(name))
            .findFirst()
            .orElseThrow(() -> new IOException(name + " is missing"));
    return KIB * Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
  }

  /** In one read: the kernel gives a second one nothing, even if the first took one digit only. */
  private static long number(Path file) throws IOException {
    byte[] buffer = new byte[NUMBER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      int count = Math.max(0, in.read(buffer));
      return Long.parseLong(new String(buffer, 0, count, StandardCharsets.US_ASCII).strip());
    }
  }

  private static long entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }

  /** A process with many maps has megabytes of lines: they are counted, not kept. */
  private static long lines(Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long lines = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          if (buffer[i] == '\n') {
            lines++;
          }
        }
      }
    }
    return lines;
  }
}
