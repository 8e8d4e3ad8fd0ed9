package io.weir.api.filter;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;

/** Why a filter cannot be searched with. */
final class Refusal {

  private Refusal() {}

  /**
   * The problem of a part of a filter.
   *
   * @param place which part
   * @param why what follows the part's name in a sentence
   */
  static ProblemException of(String place, String why) {
    return Problem.of(ProblemType.INVALID_FILTER, place + " " + why).toException();
  }
}
