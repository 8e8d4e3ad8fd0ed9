package io.weir.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which partitions of its topics a process reads, and who decides that. */
public sealed interface Assignment {

  /** Every partition. Nothing moves from process to process. */
  record All() implements Assignment {}

  /**
   * Those that are listed, the others being somebody else's.
   *
   * @param partitions collection to the numbers of its partitions; a collection that is not named
   *     is not read here
   */
  record Listed(Map<String, Set<Integer>> partitions) implements Assignment {
    /** Checks the numbers. */
    public Listed {
      Map<String, Set<Integer>> copy = new HashMap<>();
      partitions.forEach((collection, numbers) -> {
        if (numbers.stream().anyMatch(number -> number < 0)) {
          throw new IllegalArgumentException(
              "collection " + collection + ": partitions " + numbers + "; allowed are 0 and more");
        }
        copy.put(collection, Set.copyOf(numbers));
      });
      partitions = Map.copyOf(copy);
    }
  }

  /**
   * Those that a consumer group gives to this member. A partition that goes is written and closed
   * first; where it has gone without warning, what is not durable is dropped.
   *
   * @param groupId the group's id; its offsets show how far the durable positions are
   * @param instanceId this member's own name, the same after each restart, so that a restart within
   *     the session timeout moves nothing; empty: a member that leaves gives everything up
   */
  record Group(String groupId, Protocol protocol, Optional<String> instanceId)
      implements Assignment {
    /** Checks that the names are not empty. */
    public Group {
      if (groupId.isBlank()) {
        throw new IllegalArgumentException("the group id is empty");
      }
      if (instanceId.isPresent() && instanceId.get().isBlank()) {
        throw new IllegalArgumentException("the instance id is empty");
      }
    }

    /** With the newer protocol and no name of its own. */
    public static Group of(String groupId) {
      return new Group(groupId, Protocol.CONSUMER, Optional.empty());
    }
  }

  /** How a group comes to its decisions. */
  enum Protocol {
    /** The brokers decide (KIP-848); they are of Kafka 4.0 or later. */
    CONSUMER,
    /** A member decides, cooperatively (KIP-429); for older brokers. */
    CLASSIC
  }
}
