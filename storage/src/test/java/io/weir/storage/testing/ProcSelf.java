package io.weir.storage.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What {@code /proc} says of files in a folder, read by other means than the store's. */
public final class ProcSelf {
  private static final Path SELF = Path.of("/proc/self");
  private static final long KIB = 1024;

  private ProcSelf() {}

  /** Resident bytes of all maps of files below a folder: the sum of their Rss in smaps. */
  public static long residentBytes(Path folder) throws IOException {
    long sum = 0;
    boolean ours = false;
    for (String line : Files.readAllLines(SELF.resolve("smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        ours = line.contains(folder.toString());
      } else if (ours && line.startsWith("Rss:")) {
        sum += KIB * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return sum;
  }

  /** Maps of files below a folder. */
  public static long maps(Path folder) throws IOException {
    return Files.readAllLines(SELF.resolve("maps")).stream()
        .filter(line -> line.contains(folder.toString()))
        .count();
  }

  /** Descriptors of files below a folder. */
  public static long openFiles(Path folder) throws IOException {
    return descriptors().stream().filter(target -> target.startsWith(folder)).count();
  }

  /** What each descriptor is of; those of this listing are gone by then. */
  public static List<Path> descriptors() throws IOException {
    List<Path> entries;
    try (Stream<Path> listing = Files.list(SELF.resolve("fd"))) {
      entries = listing.toList();
    }
    return entries.stream().filter(Files::isSymbolicLink).map(ProcSelf::target).toList();
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      return link;
    }
  }
}
