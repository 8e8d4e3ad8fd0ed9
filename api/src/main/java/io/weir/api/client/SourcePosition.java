package io.weir.api.client;

import java.util.Optional;

/**
 * How far a shard is in its partition.
 *
 * @param nextOffset every record below has been dealt with
 * @param leaderEpoch Kafka's, of the record before; -1 where it is not known
 */
public record SourcePosition(long nextOffset, int leaderEpoch) {

  static Optional<SourcePosition> of(JsonObject json, String name) {
    return json.optionalObject(name)
        .map(it -> new SourcePosition(it.whole("nextOffset"), it.integer("leaderEpoch")));
  }
}
