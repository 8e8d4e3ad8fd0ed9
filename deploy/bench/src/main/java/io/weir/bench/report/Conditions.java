package io.weir.bench.report;

import io.weir.bench.os.CpuTimes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Under which conditions figures hold. */
public final class Conditions {
  private final Map<String, Object> byName = new LinkedHashMap<>();
  private final boolean quick;
  private final Optional<CpuTimes> before;

  /**
   * Takes down what is so before a bench begins.
   *
   * @param directory where the bench will write
   * @param quick whether it does a part of the work
   * @param peers what is measured beside Weir, for a reader
   */
  public Conditions(Path directory, boolean quick, String peers) throws IOException {
    this.quick = quick;
    this.before = CpuTimes.now();
    byName.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    byName.put("java", Runtime.version() + ", " + ManagementFactory.getRuntimeMXBean().getVmName());
    byName.put("os", system());
    byName.put("cores", Runtime.getRuntime().availableProcessors());
    byName.put("max_heap_bytes", Runtime.getRuntime().maxMemory());
    byName.put("file_system", Files.getFileStore(directory).type());
    byName.put("quick", quick);
    byName.put("peers", peers);
    byName.put(
        "sharing",
        "one process; Weir, peers and whatever else runs share the cores, the memory and the disk;"
            + " what is compared takes turns");
    byName.put("load_average_before", loadAverage());
  }

  /** Returns them, with what is so now that the bench has ended. */
  public Map<String, Object> afterwards() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(byName);
    all.put("load_average_after", loadAverage());
    Optional<CpuTimes> after = CpuTimes.now();
    if (before.isPresent() && after.isPresent()) {
      // What a host took away, no bench can give: above some percent, a figure is the host's.
      all.put("stolen_cpu_share", after.get().stolenShareSince(before.get()));
    }
    return all;
  }

  /** Returns the most important ones in a line. */
  public String line() {
    return byName.get("date")
        + ", "
        + byName.get("os")
        + ", "
        + byName.get("cores")
        + " shared cores, Java "
        + Runtime.version().feature()
        + (quick ? ", QUICK: a part of the work, says nothing" : "");
  }

  /** Runnable threads over the last minute; negative where the system does not say. */
  private static double loadAverage() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return Math.rint(load * 100) / 100;
  }

  private static String system() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return system.getName() + " " + system.getVersion() + " " + system.getArch();
  }
}
