package io.weir.api.client;

import java.util.List;

/**
 * Some searches that are answered from one view.
 *
 * @param searches at most 100 at the server's settings; none has pages, nor positions of its own
 * @param minPosition what all of them wait for
 * @param asOf what all of them are as of
 */
public record SearchBatch(List<Search> searches, Position minPosition, Position asOf) {

  /** Checks that the searches can be one batch. */
  public SearchBatch {
    searches = List.copyOf(searches);
    if (searches.isEmpty()) {
      throw new IllegalArgumentException("searches is empty; give one at least");
    }
    for (Search search : searches) {
      if (search.paged() || !search.options().isNow()) {
        throw new IllegalArgumentException(
            "a search of a batch has pages, or a position of its own: positions are the batch's,"
                + " and pages need a search by itself");
      }
    }
  }

  /** Searches at the present. */
  public static SearchBatch of(List<Search> searches) {
    return new SearchBatch(searches, Position.NONE, Position.NONE);
  }

  /** Returns this batch so that it waits for a position. */
  public SearchBatch minPosition(Position position) {
    return new SearchBatch(searches, position, asOf);
  }

  /** Returns this batch as of a position. */
  public SearchBatch asOf(Position position) {
    return new SearchBatch(searches, minPosition, position);
  }
}
