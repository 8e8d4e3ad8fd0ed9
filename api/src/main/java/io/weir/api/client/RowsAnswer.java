package io.weir.api.client;

import java.util.List;

/**
 * The rows under some keys, all of one position.
 *
 * @param found rows in the order of their keys
 * @param missing the keys that have none
 * @param seen the position that they are of
 */
public record RowsAnswer(List<Row> found, List<String> missing, Seen seen) {

  /** Copies the lists. */
  public RowsAnswer {
    found = List.copyOf(found);
    missing = List.copyOf(missing);
  }
}
