package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.report.Figures;

/**
 * A bench that needs a broker.
 *
 * @param <S> how much it does
 */
interface FedBench<S> extends Bench {

  @Override
  default Figures run(Setting setting) throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(setting.directory().resolve("broker"))) {
      return run(setting, broker, scale(setting));
    }
  }

  /** How much it does for the command line. */
  S scale(Setting setting);

  /** Does so much, with a broker that others use too, though not at the same time. */
  Figures run(Setting setting, BrokerProcess broker, S scale) throws Exception;
}
