package io.weir.deploy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.ApiServer;
import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.deploy.config.WeirConfig;
import io.weir.storage.VectorStore;
import java.io.IOException;

public final class WeirServer {
  private final VectorStore store;
  private final ApiServer api;

  private WeirServer(VectorStore store, ApiServer api) {
    this.store = store;
    this.api = api;
  }

  public static WeirServer start(WeirConfig config, PortPolicy policy) throws StartException {
    try {
      VectorStore store = VectorStore.open(config.data(), config.store());
      return new WeirServer(
          store,
          ApiServer.start(
              ApiSettings.defaults().withAddress(config.http().host(), config.http().port()),
              store,
              FeedStatus.none(),
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    } catch (IOException e) {
      throw new StartException(e.toString(), e);
    }
  }

  public void stop() {
    try {
      api.stop();
      store.checkpoint().join();
      store.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
