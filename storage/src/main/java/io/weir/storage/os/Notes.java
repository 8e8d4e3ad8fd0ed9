package io.weir.storage.os;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Why figures are missing, each reason once.
 *
 * <p><b>Threads:</b> any.
 */
final class Notes {
  /** Reasons name no paths and no amounts, so there are few; a bug must not make them many. */
  private static final int MAX_NOTES = 32;

  private final Set<String> notes = new ConcurrentSkipListSet<>();

  void add(String note) {
    if (notes.size() < MAX_NOTES) {
      notes.add(note);
    }
  }

  List<String> all() {
    return List.copyOf(notes);
  }
}
