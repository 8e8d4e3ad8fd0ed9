package io.weir.storage.check;

import java.nio.file.Path;

/**
 * Something to know that is no damage.
 *
 * @param file the file that it is about
 * @param text what
 */
public record Note(Path file, String text) {}
