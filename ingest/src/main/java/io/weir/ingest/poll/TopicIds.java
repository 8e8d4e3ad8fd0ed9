package io.weir.ingest.poll;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Asks the brokers which topics there are under some names: one made anew has another id. */
@FunctionalInterface
public interface TopicIds {

  /**
   * Asks, without waiting. The answer has the topics that exist, without an id where brokers give
   * none; it fails, or lacks some, if the brokers do not tell.
   */
  CompletableFuture<Map<String, Optional<UUID>>> ask(Set<String> topics);
}
