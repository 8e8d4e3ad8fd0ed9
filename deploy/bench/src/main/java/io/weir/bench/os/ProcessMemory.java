package io.weir.bench.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Memory of a process as Linux counts it. */
public final class ProcessMemory {
  private static final Path PROCESSES = Path.of("/proc");
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  /** The first line of a mapping: its addresses. Every other line begins with a capital letter. */
  private static final Pattern FIRST_LINE = Pattern.compile("^[0-9a-f]+-[0-9a-f]+ .*");

  private ProcessMemory() {}

  /** Returns this process's resident bytes that no file stands behind ({@code RssAnon}). */
  public static long anonymousBytes() throws IOException {
    return anonymousBytes(ProcessHandle.current().pid());
  }

  /** Returns the resident bytes of a process that no file stands behind ({@code RssAnon}). */
  public static long anonymousBytes(long pid) throws IOException {
    return status(pid, "RssAnon:");
  }

  /** Returns the resident bytes of a process, those of files included ({@code VmRSS}). */
  public static long residentBytes(long pid) throws IOException {
    return status(pid, "VmRSS:");
  }

  private static long status(long pid, String name) throws IOException {
    Path status = PROCESSES.resolve(String.valueOf(pid)).resolve("status");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name)) {
        return kibibytes(line);
      }
    }
    throw new IOException(status + " has no " + name);
  }

  /**
   * Returns the resident bytes of all mappings of files below a folder whose names end so.
   *
   * @param directory the folder, as the files were opened
   * @param ending how the names of the files end, such as {@code ".segment"}
   */
  public static long mappedResidentBytes(Path directory, String ending) throws IOException {
    List<String> lines = Files.readAllLines(MAPPINGS);
    String folder = directory.toRealPath().toString();
    long bytes = 0;
    boolean counts = false;
    for (String line : lines) {
      if (FIRST_LINE.matcher(line).matches()) {
        counts = line.contains(" " + folder + "/") && line.endsWith(ending);
      } else if (counts && line.startsWith("Rss:")) {
        bytes += kibibytes(line);
      }
    }
    return bytes;
  }

  private static long kibibytes(String line) {
    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
  }
}
