package io.weir.storage.io;

import java.io.IOException;

/** The disk, or this user's share of it, is full. What was being written does not count. */
public final class NoSpaceException extends IOException {

  /** Says what there is no room for. */
  public NoSpaceException(String message) {
    super(message);
  }

  /** Says what there is no room for, and how the operating system put it. */
  public NoSpaceException(Object file, IOException cause) {
    super(file + ": " + cause.getMessage(), cause);
  }
}
