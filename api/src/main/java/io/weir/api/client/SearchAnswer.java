package io.weir.api.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is nearest.
 *
 * @param hits nearest first
 * @param seen the position that they are of
 * @param cursor what the next page is asked for with; empty behind the last, and where no pages
 *     were asked for
 * @param scannedRows rows that were compared
 * @param took time in the store, without queue, parsing and writing
 */
public record SearchAnswer(
    List<Hit> hits, Seen seen, Optional<String> cursor, long scannedRows, Duration took) {

  /** Copies the list. */
  public SearchAnswer {
    hits = List.copyOf(hits);
  }
}
