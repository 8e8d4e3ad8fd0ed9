package io.weir.api.access;

import java.util.Locale;

/** What a key is good for. */
public enum Role {
  /** Reads rows, searches, figures. */
  READ,
  /** All of it, and what changes something: checkpoints, shards that are to go on. */
  ADMIN;

  /** Whether it is good for what needs another one. */
  public boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }

  /** As it stands in settings and answers. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
