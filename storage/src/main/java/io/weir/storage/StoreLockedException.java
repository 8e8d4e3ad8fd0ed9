package io.weir.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Another process, or another store in this one, has the data folder open. */
public final class StoreLockedException extends IOException {

  /** Names the folder. */
  public StoreLockedException(Path directory) {
    super(
        "data folder "
            + directory
            + " is in use by another Weir process; stop that one, or choose another folder");
  }
}
