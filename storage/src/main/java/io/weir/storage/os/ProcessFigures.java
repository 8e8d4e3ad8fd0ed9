package io.weir.storage.os;

import java.util.OptionalLong;

/**
 * What the kernel says of this process, of all that is in it and not of Weir alone.
 *
 * @param rssAnonBytes resident memory that belongs to no file: the Java heap, hot buffers, stacks
 * @param rssFileBytes resident memory of mapped files that this process has touched
 * @param openFiles open descriptors, sockets and the one or two that counted them included
 * @param maps mapped regions, those of libraries and the Java heap included
 * @param mapsLimit the most mapped regions that a process may have
 */
public record ProcessFigures(
    OptionalLong rssAnonBytes,
    OptionalLong rssFileBytes,
    OptionalLong openFiles,
    OptionalLong maps,
    OptionalLong mapsLimit) {}
