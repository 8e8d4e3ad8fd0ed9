package io.weir.storage.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong: the first ones whole, all of them counted. */
final class Findings {
  /** A disk with more wrong places is not repaired place by place. */
  static final int MAX_KEPT = 1_000;

  private final List<Finding> kept = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private long count;

  void add(Finding finding) {
    count++;
    if (kept.size() < MAX_KEPT) {
      kept.add(finding);
    }
  }

  void note(Path file, String text) {
    if (notes.size() < MAX_KEPT) {
      notes.add(new Note(file, text));
    }
  }

  /** All, those that were not kept included. */
  long count() {
    return count;
  }

  List<Finding> kept() {
    return List.copyOf(kept);
  }

  List<Note> notes() {
    return List.copyOf(notes);
  }
}
