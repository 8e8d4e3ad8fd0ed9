package io.weir.storage.check;

import java.io.IOException;
import java.nio.file.Path;

/** There is no store where one was to be checked. */
public final class NoStoreException extends IOException {

  /** Names the folder. */
  public NoStoreException(Path directory) {
    super(directory + " holds no store: it has neither IDENTITY nor collections");
  }
}
