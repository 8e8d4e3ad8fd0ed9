package io.weir.ingest.poll;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a poll has brought is of the topic that is meant, and not of another that was made
 * under its name meanwhile.
 *
 * <p>A record does not say which topic it is of, and in the new one a position and its leader epoch
 * can look right. But the client asks for records by the topic's id, and has it from responses
 * about the cluster. So what is polled when n of those have come is of the topic that the n-th, or
 * one before, told of; and if the brokers, asked when n had come, still say the id that is meant,
 * it was that one all the while: an id does not come back. They are asked once for each response,
 * of which there is one in {@code metadata.max.age.ms}, one when a leader changes, and while a
 * topic is missing one after the other.
 *
 * <p>What this cannot see: brokers before 3.1, which give records by the topic's name; and a broker
 * that answers the question and has not heard of the new topic yet, when the one that the client
 * asked had.
 *
 * <p><b>Threads:</b> the poll thread.
 */
public final class TopicGuard {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private final LongSupplier responses;
  private final TopicIds ids;

  /** What the brokers have said, when so many responses had come. */
  private Map<String, Optional<UUID>> known = Map.of();

  private long knownAfter = -1;

  private @Nullable CompletableFuture<Map<String, Optional<UUID>>> question;
  private long askedAfter;
  private long notBeforeNanos = System.nanoTime();

  /** What is known of records. */
  sealed interface Verdict {
    /** They are of the topic that is meant, or nobody can tell. */
    record Meant() implements Verdict {}

    /** The brokers have not been heard yet. */
    record NotYetKnown() implements Verdict {}

    /**
     * The topic that is meant is gone.
     *
     * @param id what is there under its name
     */
    record Other(UUID id) implements Verdict {}
  }

  /**
   * Knows nothing yet.
   *
   * @param responses how many responses about the cluster have come to the consumer that polls
   */
  public TopicGuard(LongSupplier responses, TopicIds ids) {
    this.responses = responses;
    this.ids = ids;
  }

  /** How many responses have come by now. */
  long responses() {
    return responses.getAsLong();
  }

  /**
   * Takes in an answer that has come, and asks if there is something to ask.
   *
   * @param topics those whose ids matter
   * @param answered is run when there is an answer to take in
   */
  void ask(Set<String> topics, Runnable answered) {
    CompletableFuture<Map<String, Optional<UUID>>> asked = question;
    if (asked != null) {
      if (!asked.isDone()) {
        return;
      }
      question = null;
      takeIn(asked, topics);
    }
    long now = responses();
    if (topics.isEmpty()
        || (knownAfter == now && known.keySet().containsAll(topics))
        || (askedAfter == now && System.nanoTime() - notBeforeNanos < 0)) {
      return;
    }
    askedAfter = now;
    CompletableFuture<Map<String, Optional<UUID>>> asking = ids.ask(topics);
    question = asking;
    var _ = asking.whenComplete((_, _) -> answered.run());
  }

  private void takeIn(CompletableFuture<Map<String, Optional<UUID>>> answer, Set<String> topics) {
    if (answer.state() == Future.State.SUCCESS) {
      known = answer.resultNow();
      knownAfter = askedAfter;
    }
    if (answer.state() != Future.State.SUCCESS || !known.keySet().containsAll(topics)) {
      notBeforeNanos = System.nanoTime() + ASK_AGAIN.toNanos();
    }
  }

  /**
   * Says what is known of records.
   *
   * @param meant the id of the topic that is meant; empty for whichever is there
   * @param polledAfter how many responses had come when they had been polled
   */
  Verdict judge(String topic, Optional<UUID> meant, long polledAfter) {
    if (meant.isEmpty()) {
      return new Verdict.Meant();
    }
    Optional<UUID> id = known.get(topic);
    if (id == null || knownAfter < polledAfter) {
      return new Verdict.NotYetKnown();
    }
    return id.isEmpty() || id.equals(meant) ? new Verdict.Meant() : new Verdict.Other(id.get());
  }
}
