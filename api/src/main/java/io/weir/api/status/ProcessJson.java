package io.weir.api.status;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/** Writes figures of the process. */
final class ProcessJson {

  private ProcessJson() {}

  static void write(JsonGenerator json) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    json.writeObjectPropertyStart("process");
    json.writeStringProperty("startedAt", Instant.ofEpochMilli(runtime.getStartTime()).toString());
    json.writeNumberProperty("uptimeMillis", runtime.getUptime());
    json.writeNumberProperty("heapUsedBytes", heap.getUsed());
    json.writeNumberProperty("heapMaxBytes", heap.getMax());
    json.writeEndObject();
  }
}
