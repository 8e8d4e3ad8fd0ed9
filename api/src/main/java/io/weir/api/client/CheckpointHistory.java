package io.weir.api.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When checkpoints ran and will run.
 *
 * @param next when the schedule brings one, or when one that failed is tried again
 * @param lastStarted of this process, also one that had nothing to write
 * @param lastSucceeded the end of such a one
 * @param checkpoints the latest 100 that wrote something or failed, newest first
 */
public record CheckpointHistory(
    Optional<Instant> next,
    Optional<Instant> lastStarted,
    Optional<Instant> lastSucceeded,
    List<CheckpointReport> checkpoints) {

  /** Copies the list. */
  public CheckpointHistory {
    checkpoints = List.copyOf(checkpoints);
  }

  static CheckpointHistory of(JsonObject json) {
    return new CheckpointHistory(
        json.optionalTime("next"),
        json.optionalTime("lastStarted"),
        json.optionalTime("lastSucceeded"),
        json.objects("checkpoints").stream().map(CheckpointReport::of).toList());
  }
}
