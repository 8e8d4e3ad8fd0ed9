package io.weir.api.watch;

/** Why a stream of events has ended: what its last event says, where anybody is left to be told. */
enum WatchEnd {
  /** The client did not take its events as fast as they came. */
  SLOW_WATCHER("slow-watcher", "The events were not taken fast enough"),
  /** Rows have been dropped that tell what has changed, or the partition was made anew. */
  POSITION_GONE("position-gone", "It cannot be told any more what has changed since the position"),
  /** A file of the store is damaged. */
  STORAGE_DAMAGED("storage-damaged", "A file of the store is damaged"),
  /** A bug, or a disk that does not work: the log has it. */
  INTERNAL("internal", "Something went wrong here"),
  /** The server is about to stop. */
  STOPPING("stopping", "The server is stopping"),
  /** The client has gone; nobody is told. */
  CLIENT_GONE("client-gone", "The client has gone");

  private final String text;
  private final String title;

  WatchEnd(String text, String title) {
    this.text = text;
    this.title = title;
  }

  /** A word for it. */
  String text() {
    return text;
  }

  /** The reference that stands for it, as in a problem document. */
  String reference() {
    return "/problems/" + text;
  }

  /** The reason in words; the same for all ends of the kind. */
  String title() {
    return title;
  }
}
