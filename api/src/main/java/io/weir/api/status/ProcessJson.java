package io.weir.api.status;

import io.weir.api.json.StoreJson;
import io.weir.storage.ProcessStats;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/** Writes figures of the process: of its virtual machine, and of the kernel. */
final class ProcessJson {

  private ProcessJson() {}

  static void write(JsonGenerator json, ProcessStats process) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    json.writeObjectPropertyStart("process");
    json.writeStringProperty("startedAt", Instant.ofEpochMilli(runtime.getStartTime()).toString());
    json.writeNumberProperty("uptimeMillis", runtime.getUptime());
    json.writeNumberProperty("heapUsedBytes", heap.getUsed());
    json.writeNumberProperty("heapMaxBytes", heap.getMax());
    StoreJson.number(json, "rssAnonBytes", process.rssAnonBytes());
    StoreJson.number(json, "rssFileBytes", process.rssFileBytes());
    StoreJson.number(json, "openFiles", process.openFiles());
    StoreJson.number(json, "maps", process.maps());
    StoreJson.number(json, "mapsLimit", process.mapsLimit());
    json.writeEndObject();
  }
}
