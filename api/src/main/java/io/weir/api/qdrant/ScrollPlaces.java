package io.weir.api.qdrant;

import io.weir.storage.query.StoredRow;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Where scrolls go on. A page is followed by the row whose id its client was given, and that row
 * may be replaced or deleted before the client comes back with the id: so the place is kept that
 * the row had in the order of a scan when the id was given out. Places of rows that nobody touches
 * never change, so a scroll that goes on at a place misses none of them and shows none twice.
 *
 * <p>Of an id one place is kept. A client that is given the id gets exactly that place, for {@link
 * #offer} refuses an id that has another: then another row is to be given out.
 *
 * <p>Bounded: the latest {@value #MOST} are kept, each for {@link #MAX_AGE}. What is forgotten is
 * looked up as the row is then.
 *
 * <p><b>Threads:</b> any.
 */
final class ScrollPlaces {

  /** With the longest ids some 10 MiB. */
  static final int MOST = 4_096;

  static final Duration MAX_AGE = Duration.ofMinutes(10);

  /** The latest come last. */
  private final SequencedMap<At, Kept> kept = new LinkedHashMap<>();

  /** A place in the order of a scan. */
  record Place(int partition, long offset) {

    /** The place of a row. */
    static Place of(StoredRow row) {
      return new Place(row.partition(), row.offset());
    }
  }

  private record At(String collection, String id) {}

  private record Kept(Place place, long sinceNanos) {
    boolean isOver(long nowNanos) {
      return nowNanos - sinceNanos > MAX_AGE.toNanos();
    }
  }

  /** Keeps the place of an id; false if another is kept. */
  synchronized boolean offer(String collection, String id, Place place) {
    Optional<Place> known = find(collection, id);
    if (known.isPresent() && !known.get().equals(place)) {
      return false;
    }
    keep(collection, id, place);
    return true;
  }

  /** Keeps the place of an id, whatever was kept. */
  synchronized void keep(String collection, String id, Place place) {
    At at = new At(collection, id);
    kept.putLast(at, new Kept(place, System.nanoTime()));
    if (kept.size() > MOST) {
      kept.pollFirstEntry();
    }
  }

  /** The place of an id, if it is kept. */
  synchronized Optional<Place> find(String collection, String id) {
    At at = new At(collection, id);
    Kept found = kept.get(at);
    if (found != null && found.isOver(System.nanoTime())) {
      kept.remove(at);
      return Optional.empty();
    }
    return Optional.ofNullable(found).map(Kept::place);
  }
}
