package io.weir.bench.feed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A time in which a shard's applied position did not move. Times are {@link System#nanoTime}, which
 * processes of one Linux share.
 *
 * @param partition the shard's
 * @param next the applied position all the while: the offset that was waited for
 * @param fromNanos when the position was first seen
 * @param toNanos when it was first seen to be another, or the watch ended
 */
public record Pause(int partition, long next, long fromNanos, long toNanos) {

  /** Writes pauses to a file. */
  static void write(Path file, List<Pause> pauses) throws IOException {
    Files.writeString(
        file,
        pauses.stream()
            .map(pause ->
                pause.partition + " " + pause.next + " " + pause.fromNanos + " " + pause.toNanos)
            .collect(Collectors.joining("\n")));
  }

  /** Reads what was written. */
  public static List<Pause> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray())
        .map(numbers -> new Pause((int) numbers[0], numbers[1], numbers[2], numbers[3]))
        .toList();
  }
}
