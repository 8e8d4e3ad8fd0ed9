package io.weir.api.client;

import java.util.Optional;

/**
 * A server-sent event.
 *
 * @param name its kind; empty where it is none and has an id only
 * @param id what the client goes on behind
 * @param data its data
 */
record ServerEvent(String name, Optional<String> id, String data) {}
