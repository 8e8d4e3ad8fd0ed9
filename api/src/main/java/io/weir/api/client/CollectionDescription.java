package io.weir.api.client;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A collection, with the positions of its shards.
 *
 * @param dimension components of its vectors
 * @param liveRows counted exactly
 * @param fields types by name, of what filters may name: {@code keyword}, {@code long}, {@code
 *     double}, {@code boolean} or {@code timestamp}
 * @param shards those that are here, by partition
 */
public record CollectionDescription(
    String name,
    int dimension,
    Metric metric,
    long liveRows,
    SortedMap<String, String> fields,
    List<Shard> shards) {

  /** Copies map and list. */
  public CollectionDescription {
    fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    shards = List.copyOf(shards);
  }

  /**
   * A shard.
   *
   * @param applied what can be seen; empty before the first record
   * @param durable what a restart finds on the disk; empty before the first checkpoint
   */
  public record Shard(
      int partition,
      long liveRows,
      Optional<SourcePosition> applied,
      Optional<SourcePosition> durable) {}

  static CollectionDescription of(JsonObject json) {
    SortedMap<String, String> fields = new TreeMap<>();
    JsonObject declared = json.object("fields");
    declared.names().forEach(name -> fields.put(name, declared.text(name)));
    return new CollectionDescription(
        json.text("name"),
        json.integer("dimension"),
        Metric.of(json.text("metric")),
        json.whole("liveRows"),
        fields,
        json.objects("shards").stream().map(CollectionDescription::shard).toList());
  }

  private static Shard shard(JsonObject json) {
    return new Shard(
        json.integer("partition"),
        json.whole("liveRows"),
        SourcePosition.of(json, "applied"),
        SourcePosition.of(json, "durable"));
  }
}
