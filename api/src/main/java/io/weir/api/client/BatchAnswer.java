package io.weir.api.client;

import java.time.Duration;
import java.util.List;

/**
 * What is nearest to each of some vectors, all of one position.
 *
 * @param answers one a search, in their order
 * @param seen the position that they are of
 * @param took time in the store, without queue, parsing and writing
 */
public record BatchAnswer(List<Element> answers, Seen seen, Duration took) {

  /** Copies the list. */
  public BatchAnswer {
    answers = List.copyOf(answers);
  }

  /**
   * The answer of one search.
   *
   * @param hits nearest first
   * @param scannedRows rows that were compared
   */
  public record Element(List<Hit> hits, long scannedRows) {

    /** Copies the list. */
    public Element {
      hits = List.copyOf(hits);
    }
  }
}
