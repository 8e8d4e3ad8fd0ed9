package io.weir.bench.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the cores have spent their time on since the start of the system, in ticks, as Linux says it
 * in the first line of {@code /proc/stat} (proc_stat(5)).
 *
 * @param all everything, idle included
 * @param stolen what a host gave to others while this machine had work
 */
public record CpuTimes(long all, long stolen) {
  private static final Path FILE = Path.of("/proc/stat");
  private static final Pattern SPACES = Pattern.compile(" +");

  /** The columns that count: the two after these are parts of the first two. */
  private static final int COLUMNS = 8;

  private static final int STOLEN = 7;

  /** Reads them now; empty where the system does not say. */
  public static Optional<CpuTimes> now() throws IOException {
    return Files.isReadable(FILE) ? Optional.of(parse(Files.readString(FILE))) : Optional.empty();
  }

  static CpuTimes parse(String stat) {
    long[] ticks =
        SPACES
            .splitAsStream(stat.lines().findFirst().orElseThrow())
            .skip(1)
            .limit(COLUMNS)
            .mapToLong(Long::parseLong)
            .toArray();
    return new CpuTimes(Arrays.stream(ticks).sum(), ticks[STOLEN]);
  }

  /** Returns which part of the time since then was stolen, from 0 to 1. */
  public double stolenShareSince(CpuTimes before) {
    return (double) (stolen - before.stolen) / Math.max(1, all - before.all);
  }
}
