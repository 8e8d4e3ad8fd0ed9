package io.weir.api.export;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Counts what exports read. */
public final class ExportMeters {

  private final MeterProvider<Counter> rows;
  private final MeterProvider<Counter> bytes;

  /** Registers them. */
  public ExportMeters(MeterRegistry registry) {
    rows =
        Counter.builder("weir.export.rows")
            .description("Rows that were read for exports")
            .withRegistry(registry);
    bytes =
        Counter.builder("weir.export")
            .description("What was made of them, before it is compressed")
            .baseUnit("bytes")
            .withRegistry(registry);
  }

  void read(String collection, long readRows, long madeBytes) {
    Tags tags = Tags.of("collection", collection);
    rows.withTags(tags).increment((double) readRows);
    bytes.withTags(tags).increment((double) madeBytes);
  }
}
