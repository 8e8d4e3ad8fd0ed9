package io.weir.storage;

import io.weir.storage.testing.Survivors;
import io.weir.storage.testing.Trials;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Power lost after every single change of a run, anything of what had not been forced surviving:
 * what is found must be the state of a checkpoint, at least the last one that was acknowledged, and
 * the store must go on from there to the right end.
 */
@Timeout(5_700)
class CrashTest {
  private static final int CHECKPOINTS = 9;

  /** What the long suite does: {@code -Dweir.crash.images}, or a million. */
  private static final int MANY = Integer.getInteger("weir.crash.images", 1_000_000);

  /** Histories share nothing but the code: more of them, more shapes of runs. */
  private static final int IMAGES_OF_HISTORY = 500;

  @Test
  void everyImageOfADiskAfterAPowerLossIsRecovered() throws Exception {
    recoverImages(20_000);
  }

  @Test
  @Tag("heavy")
  void aMillionImagesAreRecovered() throws Exception {
    recoverImages(MANY);
  }

  private static void recoverImages(int images) throws Exception {
    Trials.run(
        images / IMAGES_OF_HISTORY,
        (_, random) -> {
          CrashHistory history = CrashHistory.of(new CrashWorkload(random, CHECKPOINTS), random);
          int image = 0;
          for (int prefix = 0; prefix < history.prefixes(); prefix++) {
            for (Survivors survivors : Survivors.values()) {
              if (survivors != Survivors.SOME) {
                history.assertRecovers(prefix, survivors, random);
                image++;
              }
            }
          }
          for (; image < IMAGES_OF_HISTORY; image++) {
            history.assertRecovers(random.nextInt(history.prefixes()), Survivors.SOME, random);
          }
        });
  }
}
