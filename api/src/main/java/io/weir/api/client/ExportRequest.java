package io.weir.api.client;

import java.util.Optional;

/**
 * Which rows are exported, and how they travel.
 *
 * @param form how they travel
 * @param filter which rows; all where it is empty
 * @param options what comes with them, of lines; and which records have to have been seen
 */
public record ExportRequest(Form form, Optional<Filter> filter, ReadOptions options) {

  /** How rows travel. */
  public enum Form {
    /** As lines of JSON: everything that a row has. */
    LINES,
    /**
     * As frames of float32: key, partition, offset and vector, without timestamp and payload. A
     * third of the bytes, and next to no work.
     */
    FRAMES
  }

  /** All rows, with everything that they have. */
  public static ExportRequest lines() {
    return new ExportRequest(Form.LINES, Optional.empty(), ReadOptions.defaults());
  }

  /** Keys and vectors of all rows. */
  public static ExportRequest frames() {
    return new ExportRequest(Form.FRAMES, Optional.empty(), ReadOptions.defaults());
  }

  /** Returns this export of the rows that a filter lets through. */
  public ExportRequest filter(Filter rows) {
    return new ExportRequest(form, Optional.of(rows), options);
  }

  /** Returns this export with other options. */
  public ExportRequest options(ReadOptions others) {
    return new ExportRequest(form, filter, others);
  }
}
