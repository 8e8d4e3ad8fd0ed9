package io.weir.bench;

import io.weir.bench.peer.Peer;
import io.weir.bench.report.Figures;
import io.weir.bench.report.Progress;
import java.nio.file.Path;
import java.util.List;

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
   * @param quick whether to do a part of the work: says that it runs, not how fast
   * @param peers other stores to measure beside Weir; empty unless asked for
   * @param progress is told what is being done
   */
  record Setting(Path directory, boolean quick, List<Peer> peers, Progress progress) {
    private static final int QUICK_PART = 20;
    private static final int QUICK_REPETITIONS = 3;

    /** The full number of rows, or a twentieth of it. */
    int scaled(int full) {
      return quick ? Math.max(1, full / QUICK_PART) : full;
    }

    /** The full number of repetitions, or three, of which one warms up. */
    int repetitions(int full) {
      return quick ? QUICK_REPETITIONS : full;
    }

    /** The full number of repetitions that warm up, or one. */
    int warmUp(int full) {
      return quick ? 1 : full;
    }
  }
}
