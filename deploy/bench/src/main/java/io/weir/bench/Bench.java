package io.weir.bench;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Something that is measured. */
interface Bench {

  /** The name on the command line. */
  String name();

  /** What is measured, in a line. */
  String description();

  /** Measures. */
  Figures run(Setting setting) throws Exception;

  /**
   * Under which conditions.
   *
   * @param directory an empty folder on the disk that counts
   * @param quick whether to do a tenth of the work: says that it runs, not how fast
   * @param progress is told what is being done
   */
  record Setting(Path directory, boolean quick, Consumer<String> progress) {

    /** The full number of something, or a tenth of it. */
    int scaled(int full) {
      return quick ? Math.max(1, full / 10) : full;
    }
  }
}
