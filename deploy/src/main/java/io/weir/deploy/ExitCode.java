package io.weir.deploy;

/** What a command tells the shell. */
final class ExitCode {

  /** It did what it was asked for. */
  static final int DONE = 0;

  /** It was asked rightly but could not do it; trying again may help. */
  static final int FAILED = 1;

  /** The command line or the settings are wrong; trying again does not help. */
  static final int MISUSED = 2;

  private ExitCode() {}
}
