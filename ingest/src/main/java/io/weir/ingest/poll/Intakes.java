package io.weir.ingest.poll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.TopicPartition;

/**
 * The subscriptions of all partitions: at most one each.
 *
 * <p><b>Threads:</b> {@link #open} and {@link #close} any; the rest belongs to the poll thread.
 */
final class Intakes {
  private final Queue<Intake> opened = new ConcurrentLinkedQueue<>();
  private final Queue<Intake> closed = new ConcurrentLinkedQueue<>();
  private final Map<TopicPartition, Intake> current = new HashMap<>();

  /** Takes in a subscription with the poll thread's next turn. */
  void open(Intake intake) {
    opened.add(intake);
  }

  /** Ends a subscription with the poll thread's next turn. */
  void close(Intake intake) {
    closed.add(intake);
  }

  /** Lets those go that were closed, and returns their partitions. */
  List<TopicPartition> letGo() {
    List<TopicPartition> gone = new ArrayList<>();
    for (Intake intake = closed.poll(); intake != null; intake = closed.poll()) {
      if (current.remove(intake.partition(), intake)) {
        gone.add(intake.partition());
      }
    }
    return gone;
  }

  /** Takes in those that were opened. One whose partition cannot be read ends at once. */
  List<Intake> takeIn(PartitionSource source) {
    List<Intake> fresh = new ArrayList<>();
    for (Intake intake = opened.poll(); intake != null; intake = opened.poll()) {
      if (intake.cancelled()) {
        continue;
      }
      Intake before = current.get(intake.partition());
      if (!source.holds(intake.partition())) {
        // It went away between being given and being opened.
        intake.complete();
      } else if (before == null || before.cancelled()) {
        // A cancelled one may have been closed since those were let go.
        current.put(intake.partition(), intake);
        fresh.add(intake);
      } else {
        intake.fail(
            IntakeException.Kind.CLIENT_FAILED,
            intake.partition() + " has a subscriber already",
            new IllegalStateException());
      }
    }
    return fresh;
  }

  Set<TopicPartition> partitions() {
    return current.keySet();
  }

  Iterable<Intake> all() {
    return current.values();
  }

  /** The topics of those that are of one topic alone, whatever is made under its name. */
  Set<String> guardedTopics() {
    Set<String> topics = new HashSet<>();
    for (Intake intake : current.values()) {
      if (intake.topicId().isPresent()) {
        topics.add(intake.partition().topic());
      }
    }
    return topics;
  }

  /** Those with records of which it was not known which topic they are of. */
  List<Intake> withholding() {
    return current.values().stream().filter(Intake::withholds).toList();
  }

  Optional<Intake> of(TopicPartition partition) {
    return Optional.ofNullable(current.get(partition));
  }

  Optional<Intake> remove(TopicPartition partition) {
    return Optional.ofNullable(current.remove(partition));
  }

  /** Ends a partition's flux as a close would. */
  void complete(TopicPartition partition) {
    remove(partition).ifPresent(Intake::complete);
  }

  /** Ends every flux. */
  void completeAll() {
    current.values().forEach(Intake::complete);
    completeOpened();
  }

  /**
   * Ends the fluxes that nobody will take in any more. Any thread, once the poll thread is done.
   */
  void completeOpened() {
    for (Intake intake = opened.poll(); intake != null; intake = opened.poll()) {
      intake.complete();
    }
  }

  /** Ends every flux with an error. */
  void failAll(IntakeException.Kind kind, String message, Throwable cause) {
    current.values().forEach(intake -> intake.fail(kind, message, cause));
    failOpened(kind, message, cause);
  }

  /** As {@link #completeOpened}, with an error. */
  void failOpened(IntakeException.Kind kind, String message, Throwable cause) {
    for (Intake intake = opened.poll(); intake != null; intake = opened.poll()) {
      intake.fail(kind, message, cause);
    }
  }
}
