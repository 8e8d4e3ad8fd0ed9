package io.weir.api.search;

import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;

/**
 * What holds where a search does not say.
 *
 * @param k how many hits
 * @param offset how many of the nearest are passed over
 * @param withVector whether hits carry their vectors
 * @param withPayload whether hits carry their payloads
 */
record SearchDefaults(int k, int offset, boolean withVector, boolean withPayload) {

  /** Where nobody says anything. */
  static final SearchDefaults STANDARD = new SearchDefaults(10, 0, false, true);

  /**
   * What the query of a request says.
   *
   * @throws ProblemException if a parameter has a value that is not allowed
   */
  static SearchDefaults of(Request request) {
    SearchDefaults said =
        new SearchDefaults(
            request.integer(SearchFields.K, STANDARD.k),
            request.integer(SearchFields.OFFSET, STANDARD.offset),
            request.flag(SearchFields.WITH_VECTOR, STANDARD.withVector),
            request.flag(SearchFields.WITH_PAYLOAD, STANDARD.withPayload));
    SearchRequest.checkRange(said.k, said.offset, ProblemType.INVALID_PARAMETER);
    return said;
  }
}
