package io.weir.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What feeds the store, as far as a reader of health and figures cares. Implemented by whoever
 * knows both the feeder and the API.
 *
 * <p><b>Threads:</b> all methods are called from any thread, {@link #readiness} from event loops:
 * they answer from memory and do not wait.
 */
public interface FeedStatus {

  /** Whether answers cover everything that they should. */
  Readiness readiness();

  /** One entry for each partition that is, or should be, read; in any order. */
  List<Feed> feeds();

  /** A store that nobody feeds: always ready. */
  static FeedStatus none() {
    return new FeedStatus() {
      @Override
      public Readiness readiness() {
        return new Readiness.Ready();
      }

      @Override
      public List<Feed> feeds() {
        return List.of();
      }
    };
  }

  /** Whether requests should be sent here. */
  sealed interface Readiness {

    /** They should. */
    record Ready() implements Readiness {}

    /**
     * Not yet.
     *
     * @param reason what is being waited for; for a person
     */
    record Waiting(String reason) implements Readiness {}
  }

  /**
   * How one partition is being read.
   *
   * @param collection name of the collection that it feeds
   * @param partition number of the partition
   * @param state name of the state, in lower case
   * @param detail what an operator can do, if there is anything
   * @param endOffset where the partition ended when last asked
   * @param lag records between the applied position and that end
   * @param rejected how many records were rejected since the start, by reason
   */
  record Feed(
      String collection,
      int partition,
      String state,
      Optional<String> detail,
      OptionalLong endOffset,
      OptionalLong lag,
      Map<String, Long> rejected) {}
}
