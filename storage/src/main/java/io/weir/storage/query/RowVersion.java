package io.weir.storage.query;

/**
 * One row, replaced or not, where it lies.
 *
 * @param rows the chunk or buffer
 * @param row its number there
 */
record RowVersion(ViewedRows rows, int row) {

  /** For copies. */
  LocatedRow located() {
    return rows.locate(row);
  }
}
