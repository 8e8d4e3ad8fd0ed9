package io.weir.api.watch;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.position.PositionText;
import java.util.SortedMap;

/** Ids of events: what the client has been told, next offsets by partition, {@code 0:12,1:7}. */
final class EventIds {

  /** The header in which a client gives the id of the last event that it has had. */
  static final String HEADER = "Last-Event-ID";

  private EventIds() {}

  static String of(SortedMap<Integer, Long> position) {
    return PositionText.of(position);
  }

  /**
   * Reads the id that a client gives.
   *
   * @throws io.weir.api.http.ProblemException if it is none
   */
  static SortedMap<Integer, Long> parse(String id) {
    return PositionText.parse(id)
        .orElseThrow(() ->
            Problem.of(
                    ProblemType.INVALID_PARAMETER,
                    "header "
                        + HEADER
                        + " is '"
                        + id
                        + "'; allowed are ids of events of this stream: "
                        + PositionText.FORM)
                .toException());
  }
}
