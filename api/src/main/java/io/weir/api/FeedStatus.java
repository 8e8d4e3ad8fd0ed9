package io.weir.api;

import java.time.Duration;
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

  /** The topic that a collection's records are produced to, if it is known. */
  default Optional<String> topic(String collection) {
    return Optional.empty();
  }

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
   * @param trouble whether something is wrong that somebody should know of, be it mended by itself
   *     or by an operator
   * @param detail the state in words, with what an operator can do, if there is anything to say
   * @param progress how far it is
   * @param rejected how many of its records were rejected since the start, by reason
   */
  record Feed(
      String collection,
      int partition,
      String state,
      boolean trouble,
      Optional<String> detail,
      Progress progress,
      Map<String, Long> rejected) {}

  /**
   * How far a partition has been read. What is not known is empty.
   *
   * @param beginningOffset lowest offset that the log still has
   * @param endOffset where its committed records ended when last asked
   * @param lag offsets between the applied position and that end; markers and holes count
   * @param timeLag how old the oldest record may be that is not visible yet; zero when there is
   *     none
   * @param uncommittedOffsets offsets of open transactions behind that end
   * @param bytesPerSecond bytes of records taken in a second, lately
   */
  record Progress(
      OptionalLong beginningOffset,
      OptionalLong endOffset,
      OptionalLong lag,
      Optional<Duration> timeLag,
      OptionalLong uncommittedOffsets,
      OptionalLong bytesPerSecond) {

    /** Nothing is known yet. */
    public static final Progress UNKNOWN =
        new Progress(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
  }
}
