package io.weir.api.search;

import io.weir.api.position.ReadPosition;

/**
 * What is in the body of a search.
 *
 * @param position which records it has to see
 * @param page which hits
 */
record SearchCall(ReadPosition position, Page page) {

  /** Which hits of which search. */
  sealed interface Page {

    /**
     * The first of a search.
     *
     * @param search the search
     * @param cursor whether the next ones shall be had from the same view
     */
    record First(SearchRequest search, boolean cursor) implements Page {}

    /**
     * The next of a search that has a cursor.
     *
     * @param cursor what the page before came with
     * @param k how many; 0 for as many as before
     */
    record Next(String cursor, int k) implements Page {}
  }
}
