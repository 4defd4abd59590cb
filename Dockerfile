# The image of Beam's workers: Beam's own, with this package and what its readers and filters need.
#
#   docker build -t REGION-docker.pkg.dev/PROJECT/REPOSITORY/tfmling-worker:0.1.0 .
#   docker push REGION-docker.pkg.dev/PROJECT/REPOSITORY/tfmling-worker:0.1.0
#
# Python and Beam must be those of the machine that submits the job. mine_bitext embeds sentences and
# needs TensorFlow too: add --build-arg EXTRAS=clean,web,gcs,mine,train.
ARG PYTHON=3.11
ARG BEAM=2.77.0
FROM apache/beam_python${PYTHON}_sdk:${BEAM}
ARG EXTRAS=clean,web,gcs
WORKDIR /opt/tfmling
COPY setup.py pyproject.toml constraints.txt README.md LICENSE CHANGELOG.md MANIFEST.in ./
COPY tfmling tfmling
COPY beam_pipelines beam_pipelines
COPY export export
RUN pip install --no-cache-dir -c constraints.txt ".[${EXTRAS}]" \
    && python -c "import beam_pipelines.transforms.build_records, beam_pipelines.transforms.build_records" \
    && pip check
WORKDIR /
# Beam's boot program starts the worker; this package is already there, so a job needs no --setup_file.
ENTRYPOINT ["/opt/apache/beam/boot"]
