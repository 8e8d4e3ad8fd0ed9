package io.weir.deploy.produce;

import java.util.List;
import java.util.Optional;

/**
 * What the columns of a file with names are for.
 *
 * @param key holds the key; empty: {@code key} or {@code id} where there is one
 * @param numbered whether rows are numbered whatever their columns hold
 * @param vector holds the vector; empty: the format's own choice
 * @param payload become the payload, under their names
 */
record RowColumns(
    Optional<String> key, boolean numbered, Optional<String> vector, List<String> payload) {

  /** Names of a column that holds the key, the first one wins. */
  static final List<String> KEYS = List.of("key", "id");

  RowColumns {
    payload = List.copyOf(payload);
  }
}
