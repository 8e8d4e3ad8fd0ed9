package io.weir.api.collection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Counts keys that were asked for. */
public final class GetMeters {

  private final MeterProvider<Counter> keys;

  /** Registers them. */
  public GetMeters(MeterRegistry registry) {
    keys =
        Counter.builder("weir.get.keys")
            .description("Keys that were asked for, by whether there was a row")
            .withRegistry(registry);
  }

  /** So many keys of a request had a row, and so many had none. */
  public void got(String collection, long found, long missing) {
    keys.withTags(Tags.of("collection", collection, "outcome", "found")).increment((double) found);
    keys.withTags(Tags.of("collection", collection, "outcome", "missing"))
        .increment((double) missing);
  }
}
