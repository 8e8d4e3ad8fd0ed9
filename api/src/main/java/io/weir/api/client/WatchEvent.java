package io.weir.api.client;

import java.util.OptionalDouble;

/** What a watch tells: in each partition in the order of the log, nothing twice. */
public sealed interface WatchEvent {

  /**
   * Stands for what has been told, this event included: a later watch can go on {@link
   * WatchRequest#after} it. The server's own; what is in it may change.
   */
  String id();

  /** The first event: from where on changes are told. */
  record Begun(Position position, String id) implements WatchEvent {}

  /**
   * A row came that matches, new under its key or in the place of another.
   *
   * @param score how near it is, where there is a vector
   */
  record Matched(Row row, OptionalDouble score, String id) implements WatchEvent {}

  /**
   * A row that matched is no more.
   *
   * @param partition where the record is that did it
   * @param offset of that record
   * @param deleted whether the key is deleted; else a row that does not match is there instead
   */
  record Left(String key, int partition, long offset, boolean deleted, String id)
      implements WatchEvent {}
}
