package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import io.weir.storage.testing.Survivors;
import io.weir.storage.testing.Trials;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The test of the crash test: a protocol that does less than it must is seen to lose something. */
@Timeout(300)
class CrashMutantTest {
  private static final int HISTORIES = 20;
  private static final int IMAGES_OF_PREFIX = 10;
  private static final int CHECKPOINTS = 9;

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void aProtocolThatDoesLessIsCaught(Mutant mutant) throws Exception {
    for (int i = 0; i < HISTORIES; i++) {
      Random random = Trials.random(i);
      CrashWorkload workload = new CrashWorkload(random, CHECKPOINTS);
      CrashHistory healthy = CrashHistory.of(workload, random);
      CrashHistory mutated = new CrashHistory(workload, mutant.of(healthy.log(), random), random);
      if (isCaught(mutated, random)) {
        return;
      }
    }
    fail(mutant + " was not noticed; " + Trials.rerun());
  }

  @Test
  void theProtocolAsItIsHasNothingToCatch() throws Exception {
    Random random = Trials.random(0);
    CrashHistory healthy = CrashHistory.of(new CrashWorkload(random, CHECKPOINTS), random);
    assertFalse(isCaught(healthy, random), Trials::rerun);
  }

  private static boolean isCaught(CrashHistory history, Random random) throws Exception {
    for (int prefix = 0; prefix < history.prefixes(); prefix++) {
      for (int image = 0; image < IMAGES_OF_PREFIX; image++) {
        Survivors survivors = image == 0 ? CrashHistory.anySurvivors(random) : Survivors.SOME;
        try {
          history.assertRecoversOnce(prefix, survivors, random);
        } catch (AssertionError | IOException caught) {
          return true;
        }
      }
    }
    return false;
  }
}
