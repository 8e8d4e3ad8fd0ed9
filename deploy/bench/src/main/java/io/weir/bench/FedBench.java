package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.report.Figures;

/** A bench that needs a broker. */
interface FedBench extends Bench {

  @Override
  default Figures run(Setting setting) throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(setting.directory().resolve("broker"))) {
      return run(setting, broker);
    }
  }

  /** Measures with a broker that others use too, though not at the same time. */
  Figures run(Setting setting, BrokerProcess broker) throws Exception;
}
